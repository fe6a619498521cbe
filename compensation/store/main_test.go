package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// server is the address of a PostgreSQL that tests may use; empty where there is none.
var server string

func TestMain(m *testing.M) {
	if writes := os.Getenv("STORE_TEST_WRITES"); writes != "" {
		writeUntilKilled(writes)
	}
	stop, err := startPostgres()
	if err != nil {
		fmt.Fprintln(os.Stderr, "no PostgreSQL:", err)
		if os.Getenv("PAYPROOF_POSTGRES") == "required" {
			os.Exit(1)
		}
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// program finds a program of PostgreSQL, which Debian keeps out of the PATH.
func program(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	return exec.LookPath(name)
}

// startPostgres starts a server of its own on loopback, in a folder that goes with it.
func startPostgres() (stop func(), err error) {
	none := func() {}
	initdb, err := program("initdb")
	if err != nil {
		return none, err
	}
	serve, err := program("postgres")
	if err != nil {
		return none, err
	}
	dir, err := os.MkdirTemp("", "payproof-postgres")
	if err != nil {
		return none, err
	}
	clean := func() { _ = os.RemoveAll(dir) }
	as, err := unprivileged(dir)
	if err != nil {
		return clean, err
	}
	data := filepath.Join(dir, "data")
	prepare := exec.Command(initdb, "-D", data, "-U", "payproof", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
	prepare.SysProcAttr, prepare.Dir = as, dir
	if out, err := prepare.CombinedOutput(); err != nil {
		return clean, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return clean, err
	}
	run := exec.Command(serve, "-D", data, "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-k", dir)
	run.SysProcAttr, run.Dir = as, dir
	if err := run.Start(); err != nil {
		return clean, err
	}
	stop = func() {
		_ = run.Process.Signal(syscall.SIGINT)
		_ = run.Wait()
		clean()
	}
	address := fmt.Sprintf("postgres://payproof@127.0.0.1:%d/postgres?sslmode=disable", port)
	for range 100 {
		var l *Ledger
		if l, err = PostgreSQL(context.Background(), address); err == nil {
			server = address
			return stop, l.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return stop, fmt.Errorf("the server does not answer: %w", err)
}

// unprivileged gives a folder to an account under which PostgreSQL runs: it refuses to run as root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
			return nil, err
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("there is no account to run it under")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

package ledger

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
)

// sealWord begins the last line of a page; no kind of line before it begins so.
const sealWord = "sha256\t"

const restore = "restore the file from a backup; batches before it are not affected"

// CorruptError is returned when a file of a [Dir] is not as it was written.
type CorruptError struct {
	// File is the name within the directory.
	File string
	// Line counts from 1; 0 means the file as a whole.
	Line int
	// Problem says what is wrong, Fix what to do.
	Problem, Fix string
}

// Error gives file:line, the problem and the way out.
func (e *CorruptError) Error() string {
	place := e.File
	if e.Line > 0 {
		place += ":" + strconv.Itoa(e.Line)
	}
	return fmt.Sprintf("ledger: %s: %s: %s", place, e.Problem, e.Fix)
}

// sealed is a batch as it lies in a file.
func sealed(batch []byte, head Head) []byte {
	return fmt.Appendf(batch, "%s%x\n", sealWord, head.Hash)
}

// page reads the file of one batch as a stream, so that its size does not matter.
type page struct {
	file string
	in   *bufio.Reader
	sum  hash.Hash
	line int
	raw  []byte // the line that was read last, with its LF
}

// readPage gives the entries of the batch that follows prev to yield, until that says
// false. The head is good only if it never did and there is no error.
func readPage(r io.Reader, file string, prev Head, yield func(Entry) bool) (Head, error) {
	p := &page{file: file, in: bufio.NewReader(r), sum: sha256.New()}
	if err := p.open(prev); err != nil {
		return Head{}, err
	}
	for {
		line, err := p.next()
		if err != nil {
			return Head{}, err
		}
		if seal, ok := strings.CutPrefix(line, sealWord); ok {
			return p.close(prev, seal)
		}
		p.sum.Write(p.raw)
		e, err := ParseLine(line)
		if err != nil {
			return Head{}, p.fault(err.Error(), restore)
		}
		if !yield(e) {
			return Head{}, nil
		}
	}
}

// open reads the two lines before the entries.
func (p *page) open(prev Head) error {
	header, err := p.next()
	if err != nil {
		return err
	}
	p.sum.Write(p.raw)
	if want := strings.TrimSuffix(headerLine(prev), "\n"); header != want {
		return p.fault(headerProblem(header, want))
	}
	columns, err := p.next()
	if err != nil {
		return err
	}
	p.sum.Write(p.raw)
	if string(p.raw) != columnLine {
		return p.fault(fmt.Sprintf("%.60q are not the columns of version %s", columns, batchVersion), restore)
	}
	return nil
}

func headerProblem(header, want string) (problem, fix string) {
	got, exp := strings.Split(header, "\t"), strings.Split(want, "\t")
	switch {
	case len(got) != len(exp) || got[0] != exp[0]:
		return fmt.Sprintf("%.60q is not the first line of a batch", header), restore
	case got[1] != exp[1]:
		return fmt.Sprintf("the batch has version %.20q, this program reads %s", got[1], exp[1]), "use the program that wrote it, or a newer one"
	case got[2] != exp[2]:
		return fmt.Sprintf("it says that it is batch %.20q, its name says %s", got[2], exp[2]), "give the file its own name again, or restore it from a backup"
	}
	return fmt.Sprintf("it follows a batch with the hash %.64q, but that of the file before is %s", got[3], exp[3]),
		"one of the two was replaced: restore both from a backup"
}

// close compares the hash, and that nothing comes after it.
func (p *page) close(prev Head, seal string) (Head, error) {
	head := Head{Seq: prev.Seq + 1}
	p.sum.Sum(head.Hash[:0])
	if want := hex.EncodeToString(head.Hash[:]); seal != want {
		return Head{}, p.fault(fmt.Sprintf("the file was altered: its lines have the hash %s, here stands %.64q", want, seal), restore)
	}
	if _, err := p.in.ReadByte(); err == nil {
		p.line++
		return Head{}, p.fault("there is something after the end", restore)
	} else if !errors.Is(err, io.EOF) {
		return Head{}, fmt.Errorf("ledger: %s: %w", p.file, err)
	}
	return head, nil
}

// next is the next line without its LF.
func (p *page) next() (string, error) {
	p.line++
	line, err := p.in.ReadBytes('\n')
	switch {
	case errors.Is(err, io.EOF):
		return "", p.fault("the file ends here, before its sha256 line: it is torn", restore)
	case err != nil:
		return "", fmt.Errorf("ledger: %s:%d: %w", p.file, p.line, err)
	}
	p.raw = line
	return string(line[:len(line)-1]), nil
}

func (p *page) fault(problem, fix string) error {
	return &CorruptError{p.file, p.line, problem, fix}
}

package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/payproof/payproof/internal/workload"
)

// nobody stands for no person.
const nobody = -1

// market is who is there, and who owns what when.
type market struct {
	people   people
	role     []string
	manager  []int // or nobody
	quota    []int64
	target   []int64
	accounts *dictionary
	owners   [][]tenure // of accounts
	byRegion [workload.Regions]int
	byKind   [4]int
}

type people struct {
	*dictionary
	keys []string
}

// tenure is who owns an account from a day up to another one, both included.
type tenure struct{ rep, from, to int }

func readMarket(folder fs.FS) (*market, error) {
	m := &market{people: people{dictionary: newDictionary()}, accounts: newDictionary()}
	for i := range m.byRegion {
		m.byRegion[i] = nobody
	}
	for i := range m.byKind {
		m.byKind[i] = nobody
	}
	err := errors.Join(
		rows(folder, "people.csv", m.person),
		rows(folder, "edges.csv", m.edge),
		rows(folder, "quotas.csv", m.number(func() []int64 { return m.quota }, 3)),
		rows(folder, "assignments.csv", m.number(func() []int64 { return m.target }, 4)),
	)
	return m, err
}

// rows calls do for the fields of every line but the first.
func rows(folder fs.FS, name string, do func(fields [][]byte) error) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := newLines(f)
	if _, err := in.next(); err != nil {
		return err
	}
	var fields [][]byte
	for {
		line, err := in.next()
		if err == io.EOF {
			return nil
		}
		for fields = fields[:0]; line != nil; {
			var field []byte
			field, line = cut(line)
			fields = append(fields, field)
		}
		if err == nil {
			err = do(fields)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, in.at(err))
		}
	}
}

// person takes payee,name,role,start,end.
func (m *market) person(row [][]byte) error {
	if _, isNew := m.people.add(row[0]); !isNew {
		return fmt.Errorf("%q stands twice", row[0])
	}
	m.people.keys = append(m.people.keys, string(row[0]))
	m.role = append(m.role, string(row[2]))
	m.manager = append(m.manager, nobody)
	m.quota, m.target = append(m.quota, 0), append(m.target, 0)
	return nil
}

// edge takes edge,from,to,share,start,end.
func (m *market) edge(row [][]byte) error {
	to, ok := m.people.find(row[2])
	if !ok {
		return fmt.Errorf("%q is nobody", row[2])
	}
	switch string(row[0]) {
	case "manager":
		from, ok := m.people.find(row[1])
		if !ok {
			return fmt.Errorf("%q is nobody", row[1])
		}
		m.manager[from] = to
		return nil
	case "owner":
		return m.territory(bytes.TrimPrefix(row[1], []byte("T-")), to)
	}
	t := tenure{rep: to, to: workload.Days - 1}
	var err, err2 error
	if len(row[4]) > 0 {
		t.from, err = day(row[4])
	}
	if len(row[5]) > 0 {
		t.to, err2 = day(row[5])
	}
	account, isNew := m.accounts.add(row[1])
	if isNew {
		m.owners = append(m.owners, nil)
	}
	m.owners[account] = append(m.owners[account], t)
	return errors.Join(err, err2)
}

func (m *market) territory(of []byte, engineer int) error {
	if k, err := kind(of); err == nil {
		m.byKind[k] = engineer
		return nil
	}
	region, err := member(of, 'R', workload.Regions)
	if err == nil {
		m.byRegion[region] = engineer
	}
	return err
}

// number takes payee,…, with an amount in a column.
func (m *market) number(into func() []int64, at int) func([][]byte) error {
	return func(row [][]byte) error {
		who, ok := m.people.find(row[0])
		if !ok {
			return fmt.Errorf("%q is nobody", row[0])
		}
		n, err := cents(row[at])
		into()[who] = n
		return err
	}
}

// owner is who owns an account on a day.
func (m *market) owner(account, day int) (int, error) {
	for _, t := range m.owners[account] {
		if t.from <= day && day <= t.to {
			return t.rep, nil
		}
	}
	return 0, fmt.Errorf("nobody owns the account %s on day %d", m.accounts.key(account), day)
}

package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// The first line of a batch is these two, its number and the hash of the one before.
const (
	batchType    = "payproof-ledger"
	batchVersion = "1"
)

// Head names the last batch of a ledger, and through its hash every batch before it.
// It compares with ==. The zero value is the head of an empty ledger.
type Head struct {
	// Seq counts batches: 1 for the first.
	Seq uint64
	// Hash is the SHA-256 of the batch's lines, see the package comment.
	Hash [sha256.Size]byte
}

// String is the number and the hash in hexadecimal, "2:9f86…", which [ParseHead] reads.
func (h Head) String() string {
	return strconv.FormatUint(h.Seq, 10) + ":" + hex.EncodeToString(h.Hash[:])
}

// ParseHead reads what [Head.String] writes: a head that was published to be checked
// against later.
func ParseHead(text string) (Head, error) {
	number, digits, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseUint(number, 10, 64)
	hash, hexErr := hex.DecodeString(digits)
	if err != nil || hexErr != nil || len(hash) != sha256.Size {
		return Head{}, fmt.Errorf("ledger: %.90q is no head: write its number, a colon and 64 hexadecimal digits", text)
	}
	h := Head{seq, [sha256.Size]byte(hash)}
	if h.String() != text {
		return Head{}, fmt.Errorf("ledger: the head %.90q is written %s", text, h)
	}
	return h, nil
}

// Next is the head after a batch of these entries. Every [Store] arrives at the same,
// so a caller whose Append failed knows by it whether the batch is there all the same.
// The error is an *[EntryError].
func (h Head) Next(entries []Entry) (Head, error) {
	if err := checkAll(entries); err != nil {
		return Head{}, err
	}
	return h.seal(AppendBatch(nil, h, entries)), nil
}

func (h Head) seal(batch []byte) Head {
	return Head{h.Seq + 1, sha256.Sum256(batch)}
}

// AppendBatch appends the canonical bytes of the batch that follows prev: the header,
// the names of the columns, and a line for each entry in the given order. Their
// SHA-256 is the hash of the batch's head.
func AppendBatch(dst []byte, prev Head, entries []Entry) []byte {
	dst = append(dst, headerLine(prev)...)
	dst = append(dst, columnLine...)
	for i := range entries {
		dst = append(appendLine(dst, &entries[i]), '\n')
	}
	return dst
}

func headerLine(prev Head) string {
	return fmt.Sprintf("%s\t%s\t%012d\t%x\n", batchType, batchVersion, prev.Seq+1, prev.Hash)
}

var columnLine = strings.Join(columnNames[:], "\t") + "\n"

// chain is the heads of a ledger from the first batch on.
type chain []Head

func (c chain) head() Head {
	if len(c) == 0 {
		return Head{}
	}
	return c[len(c)-1]
}

// since is the number of batches up to and with h, or that h is not of this ledger.
func (c chain) since(h Head) (int, error) {
	if h == (Head{}) {
		return 0, nil
	}
	if h.Seq == 0 || h.Seq > uint64(len(c)) || c[h.Seq-1] != h {
		return 0, &UnknownHeadError{h, c.head()}
	}
	return int(h.Seq), nil
}

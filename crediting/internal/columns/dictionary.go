package columns

// Dictionary numbers the texts of a column, from 0 in the order in which they come. Bytes
// that Read makes another text of, such as a name that is not in NFC, have the number of
// that text.
type Dictionary struct {
	Texts []string // by number
	memo  Memo
}

// learn is the number of the text that read makes of bytes which have none yet.
func (d *Dictionary) learn(cell []byte, read func(text string) (Value, bool)) (uint32, bool) {
	v, ok := read(string(cell))
	if !ok {
		return 0, false
	}
	code := d.Code(v.Text)
	if v.Text != string(cell) {
		d.memo.Set(cell, code)
	}
	return code, true
}

// Code is the number of a text which read makes of itself.
func (d *Dictionary) Code(text string) uint32 {
	code, ok := d.memo.Get([]byte(text))
	if !ok {
		code = uint32(len(d.Texts))
		d.Texts = append(d.Texts, text)
		d.memo.Set([]byte(text), code)
	}
	return code
}

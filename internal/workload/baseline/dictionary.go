package baseline

// dictionary numbers keys in the order in which they come: open addressing, the text
// of all keys in one block.
type dictionary struct {
	slots []uint32 // number+1, or 0; a power of two of them, at most half full
	ends  []uint32 // where each key's text ends
	text  []byte
}

func newDictionary() *dictionary { return &dictionary{slots: make([]uint32, 1<<12)} }

// hash is FNV-1a, stirred so that its lower bits depend on all.
func hash(key []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range key {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h ^ h>>32
}

func (d *dictionary) key(number int) []byte {
	start := uint32(0)
	if number > 0 {
		start = d.ends[number-1]
	}
	return d.text[start:d.ends[number]]
}

// slot is where a key is, or would be.
func (d *dictionary) slot(key []byte) int {
	mask := len(d.slots) - 1
	for i := int(hash(key)) & mask; ; i = (i + 1) & mask {
		if n := d.slots[i]; n == 0 || string(d.key(int(n-1))) == string(key) {
			return i
		}
	}
}

// find is the number of a key.
func (d *dictionary) find(key []byte) (number int, ok bool) {
	n := d.slots[d.slot(key)]
	return int(n) - 1, n != 0
}

// add numbers a key, and reports whether it is new.
func (d *dictionary) add(key []byte) (number int, isNew bool) {
	at := d.slot(key)
	if n := d.slots[at]; n != 0 {
		return int(n) - 1, false
	}
	d.text = append(d.text, key...)
	d.ends = append(d.ends, uint32(len(d.text)))
	d.slots[at] = uint32(len(d.ends))
	if 2*len(d.ends) > len(d.slots) {
		d.grow()
	}
	return len(d.ends) - 1, true
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	for n := range d.ends {
		d.slots[d.slot(d.key(n))] = uint32(n + 1)
	}
}

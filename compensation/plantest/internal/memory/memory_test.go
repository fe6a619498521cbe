package memory

import (
	"testing"
	"testing/fstest"
)

func TestItIsAFileSystem(t *testing.T) {
	fsys := FS{"payproof.yaml": "company: x\n", "plans/rep.yaml": "plan: Rep\n", "plans/se.yaml": "", "events/": ""}
	if err := fstest.TestFS(fsys, "payproof.yaml", "plans/rep.yaml", "plans/se.yaml", "events"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(FS{}); err != nil {
		t.Error(err)
	}
}

package territory

import "testing"

func TestWordsOfAVacancy(t *testing.T) {
	for _, v := range []Vacant{Suspense, Up, Forgone} {
		if again, err := ParseVacant(v.String()); again != v || err != nil {
			t.Errorf("%v: %v, %v", v, again, err)
		}
	}
	if _, err := ParseVacant("parent"); err == nil || Vacant(9).String() != "Vacant(9)" {
		t.Error("another word is read")
	}
}

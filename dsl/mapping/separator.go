package mapping

import (
	"fmt"
	"strings"
)

// ParseSeparator reads what stands between the fields of CSV: , or ; or | or tab.
func ParseSeparator(text string) (rune, error) {
	switch text {
	case ",", ";", "|":
		return rune(text[0]), nil
	case "tab", "\t":
		return '\t', nil
	}
	return 0, fmt.Errorf("%s is not a separator; write , or ; or | in quotes, or tab", quote(text))
}

// CheckEncoding refuses all but UTF-8.
func CheckEncoding(text string) error {
	if strings.EqualFold(text, "utf-8") {
		return nil
	}
	return fmt.Errorf("files in %s are not read; save them as UTF-8", quote(text))
}

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// jsonVersion is raised when a field changes its meaning or goes away.
const jsonVersion = 1

// JSON writes the data of a document for programs. No array in it is ever null, a time
// that is not known is "", and no character moves the cursor of a terminal.
func JSON(w io.Writer, d Document, _ Frame) error {
	data := reflect.New(reflect.TypeOf(d.Data)).Elem()
	data.Set(reflect.ValueOf(d.Data))
	whole(data)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data.Interface()); err != nil {
		return err
	}
	unknown := `"` + time.Time{}.Format(time.RFC3339) + `"`
	_, err := io.WriteString(w, escaped(strings.ReplaceAll(b.String(), unknown, `""`)))
	return err
}

// whole puts an empty list in the place of each that is nil, and times into one zone.
func whole(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			whole(own.Index(i))
		}
		v.Set(own)
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			v.Set(reflect.ValueOf(t.UTC().Truncate(time.Second)))
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				whole(f)
			}
		}
	}
}

// escaped is JSON in which strings hold only what is seen.
func escaped(text string) string {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }
	if !strings.ContainsFunc(text, unseen) {
		return text
	}
	var b bytes.Buffer
	for _, r := range text {
		switch {
		case !unseen(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

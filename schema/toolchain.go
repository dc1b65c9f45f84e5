package schema

import "reflect"

// Languages are the fields of a test that hold a toolchain, in their order.
func Languages() []string {
	var out []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Test]()) {
		if field.Type == reflect.TypeFor[*Toolchain]() {
			out = append(out, field.Tag.Get("json"))
		}
	}
	return out
}

// Toolchains are those of a test by the field that holds them. A spec without mistakes has one at the most.
func (t Test) Toolchains() map[string]*Toolchain {
	out := map[string]*Toolchain{}
	for i, field := range reflect.VisibleFields(reflect.TypeFor[Test]()) {
		if of, ok := reflect.ValueOf(t).Field(i).Interface().(*Toolchain); ok && of != nil {
			out[field.Tag.Get("json")] = of
		}
	}
	return out
}

// Toolchain returns that of a test with the field that holds it, or nil where the steps are the author's own.
func (t Test) Toolchain() (language string, of *Toolchain) {
	for name, toolchain := range t.Toolchains() {
		language, of = name, toolchain
	}
	return language, of
}

package criteria_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// TestEveryKind: the table has the kinds of the schema, in its order.
func TestEveryKind(t *testing.T) {
	var have, want []string
	for _, k := range criteria.Kinds() {
		have = append(have, k.Name)
	}
	root, err := schema.Reference()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(schema.Field)
	walk = func(f schema.Field) {
		kind, ok := strings.CutPrefix(f.Path, "criteria.ID.")
		if ok && !slices.Contains([]string{"statement", "of", "in"}, kind) && !strings.Contains(kind, ".") {
			want = append(want, kind)
		}
		for _, below := range f.Fields {
			walk(below)
		}
	}
	walk(root)
	if !reflect.DeepEqual(have, want) {
		t.Errorf("the table has %v, and the schema %v", have, want)
	}
}

// TestEveryFacet: a kind has every facet, or says why not.
func TestEveryFacet(t *testing.T) {
	// A kind has one of these two, and the first is the one to give a reason for.
	or := map[string]string{"Judge": "JudgeEach", "JudgeEach": "Judge"}
	for _, k := range criteria.Kinds() {
		v := reflect.ValueOf(k)
		for _, f := range reflect.VisibleFields(v.Type()) {
			name := f.Name
			reason, lacks := k.Lacks[name]
			has := !v.FieldByIndex(f.Index).IsZero()
			if other := or[name]; other != "" {
				has = has || !v.FieldByName(other).IsZero()
			}
			switch {
			case name == "Figured": // only where Gate and Fails are not the same for every pipeline
			case name == "Only": // only where some criteria of the kind are measured alone
			case name == "Gauge", name == "Alarm", name == "Asked", name == "Whole": // only where Prometheus is asked, or warns
			case name == "Lacks", f.Anonymous, len(f.Index) > 1 && f.Type.Kind() != reflect.Func:
			case has && lacks:
				t.Errorf("%s has %s, and says that it lacks it: %s", k.Name, name, reason)
			case !has && reason == "":
				t.Errorf("%s has no %s, and gives no reason in Lacks", k.Name, name)
			}
		}
		for name := range k.Lacks {
			if !v.FieldByName(name).IsValid() {
				t.Errorf("%s lacks %s, which is no facet", k.Name, name)
			}
		}
	}
}

// TestMode: what is enforced says where it bites, and the rest what measures it.
func TestMode(t *testing.T) {
	for _, k := range criteria.Kinds() {
		if (k.Mode == plan.Enforced) != (k.Gate != "" && k.Fails != "") {
			t.Errorf("%s is %s, with the gate %q that fails by %q", k.Name, k.Mode, k.Gate, k.Fails)
		}
		if k.Mode != plan.Enforced && k.Measure == "" {
			t.Errorf("%s is %s, and nothing measures it", k.Name, k.Mode)
		}
	}
}

// TestLoosening: kinds that share a code mean the same by it.
func TestLoosening(t *testing.T) {
	why := map[string]string{}
	for _, k := range criteria.Kinds() {
		for _, l := range k.Loosened {
			if !regexp.MustCompile(`^[a-z-]+$`).MatchString(l.Code) || l.Why == "" || l.Says == nil {
				t.Errorf("%s: %q is not complete", k.Name, l.Code)
			}
			if before, ok := why[l.Code]; ok && before != l.Why {
				t.Errorf("%s: %q has two reasons", k.Name, l.Code)
			}
			why[l.Code] = l.Why
		}
	}
}

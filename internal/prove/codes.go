package prove

import (
	"github.com/pipegen/pipegen/internal/diag"
	rulebook "github.com/pipegen/pipegen/internal/rules"
)

// Rules that lie between files. Each code is the rule's own number.
const (
	X01 diag.Code = "x01"
	X02 diag.Code = "x02"
	X03 diag.Code = "x03"
	X04 diag.Code = "x04"
	X05 diag.Code = "x05"
	X06 diag.Code = "x06"
	X07 diag.Code = "x07"
	X08 diag.Code = "x08"
	X09 diag.Code = "x09"
	X10 diag.Code = "x10"
	X11 diag.Code = "x11"
	X12 diag.Code = "x12"
	X13 diag.Code = "x13"
	X14 diag.Code = "x14"
	X15 diag.Code = "x15"
	X16 diag.Code = "x16"
	X17 diag.Code = "x17"
	X18 diag.Code = "x18"
	X19 diag.Code = "x19"
	X20 diag.Code = "x20"
	X21 diag.Code = "x21"
	X22 diag.Code = "x22"
	X23 diag.Code = "x23"
	X24 diag.Code = "x24"
	X25 diag.Code = "x25"
	X26 diag.Code = "x26"
	X27 diag.Code = "x27"
	X28 diag.Code = "x28"
	X29 diag.Code = "x29"
	X30 diag.Code = "x30"
	X31 diag.Code = "x31"
)

// Rules of one tool's own that only hold together with another file or job.
const (
	A06 diag.Code = "a06"
	A12 diag.Code = "a12"
	A22 diag.Code = "a22"
	K10 diag.Code = "k10"
	K13 diag.Code = "k13"
	W19 diag.Code = "w19"
	T02 diag.Code = "t02"
	W16 diag.Code = "w16"
	W21 diag.Code = "w21"
	W28 diag.Code = "w28"
	W29 diag.Code = "w29"
	O02 diag.Code = "o02"
	O03 diag.Code = "o03"
	O04 diag.Code = "o04"
	O07 diag.Code = "o07"
	W39 diag.Code = "w39"
	W40 diag.Code = "w40"
)

// Rule is one row of the table of proofs.
type Rule struct {
	Code diag.Code
	// check is nil where the rulebook has one.
	check func(*model)
}

// Title says what holds when the proof finds nothing. What is promised is said by the
// spec, and is no rule of the book.
func (r Rule) Title() string {
	if r.Code == Promised {
		return "the output keeps what the criteria promise"
	}
	return rulebook.Title(string(r.Code))
}

// Rules returns every rule that Run proves, in the order in which it does.
func Rules() []Rule { return append([]Rule(nil), rules...) }

var rules = []Rule{
	{X01, x01},
	{X02, x02},
	{X03, x03},
	{X04, x04},
	{X05, x05},
	{X06, x06},
	{X07, x07},
	{X08, x08},
	{X09, x09},
	{X10, x10},
	{X11, x11},
	{X12, x12},
	{X13, x13},
	{X14, x14},
	{X15, x15},
	{X16, x16},
	{X17, x17},
	{X18, x18},
	{X19, x19},
	{X20, x20},
	{X21, x21},
	{X22, x22},
	{X23, x23},
	{X24, x24},
	{X25, x25},
	{X26, x26},
	{X27, x27},
	{X28, x28},
	{X29, x29},
	{X30, x30},
	{X31, x31},
	{Promised, promises},
	{K10, k10},
	{K13, k13},
	{W19, nil},
	{A06, a06},
	{A12, a12},
	{A22, a22},
	{T02, t02},
	{W16, w16},
	{W21, nil},
	{W28, w28},
	{W29, w29},
	{O02, o02},
	{O03, o03},
	{O04, o04},
	{O07, o07},
	{W39, w39},
	{W40, w40},
}

package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// trouble is a fault of a delivery, and what the verbs report about it.
type trouble struct {
	name string
	// symptom is the argument of doctor, "" for the troubles that the facts
	// suggest.
	symptom string
	// cause makes it, and returns the arguments with which the verbs are asked.
	cause func(t *testing.T, d *delivery) []string
	// finds is the first cause that doctor must report, with words of its finding
	// or remedy.
	finds, words string
	// verify is what that verb says of some results; one that is broken ends it with 1.
	verify map[string]string
	// mend undoes it, so that the next trouble begins with a healthy delivery.
	mend func(t *testing.T, d *delivery)
}

// meet causes a trouble, runs both verbs until they report what they should, and
// undoes it.
func (d *delivery) meet(t *testing.T, tr trouble) {
	args := tr.cause(t, d)
	var doctor, verify said
	met := func() (wrong []string) {
		verify = d.asks(t, "verify", args...)
		if tr.symptom != "" {
			doctor = d.asks(t, "doctor", append(args, tr.symptom)...)
		} else {
			doctor = d.asks(t, "doctor", args...)
		}
		code := 1
		if tr.finds == "" {
			code = 0
		}
		if doctor.code != code || doctor.first() != tr.finds || !strings.Contains(doctor.text, tr.words) {
			wrong = append(wrong, fmt.Sprintf("doctor finds %q and ends with %d; want %q and %q", doctor.first(), doctor.code, tr.finds, tr.words))
		}
		code = 0
		for _, r := range verify.Results {
			want, ok := tr.verify[r.ID]
			status, words, _ := strings.Cut(want, " ")
			if ok && (r.Status != status || !strings.Contains(r.Measured, words)) {
				wrong = append(wrong, fmt.Sprintf("%s is %s: %s; want %q", r.ID, r.Status, r.Measured, want))
			}
			if r.Status == "broken" {
				code = 1
			}
		}
		if verify.code != code {
			wrong = append(wrong, fmt.Sprintf("verify ends with %d, want %d", verify.code, code))
		}
		return wrong
	}
	// Argo CD takes a while to notice; until then the verbs correctly report
	// something else.
	deadline := time.Now().Add(90 * time.Second)
	for wrong := met(); len(wrong) > 0; wrong = met() {
		if time.Now().After(deadline) {
			var object struct{ Status status }
			state := run.Kube.Get(t.Context(), d.ref(), &object)
			t.Errorf("%s\n%s\n%s\n%s\n%v", strings.Join(wrong, "\n"), doctor.text, verify.text, object.Status, state)
			break
		}
		time.Sleep(time.Second)
	}
	if tr.mend != nil {
		tr.mend(t, d)
	}
}

func (d *delivery) meetAll(t *testing.T, all []trouble) {
	for _, tr := range all {
		t.Run(tr.name, func(t *testing.T) { d.meet(t, tr) })
	}
}

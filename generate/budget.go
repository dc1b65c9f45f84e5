package generate

import (
	"fmt"
	"time"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// Minutes that a job may take when no promise bounds it. They stop a job that
// hangs; a healthy one needs a fraction.
const (
	defaultTest    = 10
	defaultPublish = 20
	defaultImage   = 5
	deployTimeout  = 5
)

func timeoutsOf(s schema.Spec) (Timeouts, diag.List) {
	t := Timeouts{Test: defaultTest, Publish: defaultPublish, Image: defaultImage, Deploy: deployTimeout}
	fixed := int(time.Duration(s.Test.Timeout) / time.Minute)
	if fixed > 0 {
		t.Test = fixed
	}
	c, _, ok := promiseOf(s, "published")
	if !ok {
		return t, nil
	}
	return split(t, fixed, c)
}

// split shares out the promise over the path test, publish, image: the sum must
// stay below it (T03), so one minute is kept back. Naming the image is quick and
// gets a ninth, at least a minute; testing and building share the rest equally,
// unless the spec fixes the test's part.
func split(t Timeouts, fixed int, c schema.Named[schema.Criterion]) (Timeouts, diag.List) {
	promise := time.Duration(c.Value.Published.Within)
	budget := int((promise - 1) / time.Minute)
	t.Image = max(1, budget/9)
	rest := budget - t.Image
	t.Test = rest / 2
	if fixed > 0 {
		t.Test = fixed
	}
	t.Publish = rest - t.Test
	if t.Test >= 1 && t.Publish >= 1 {
		return t, nil
	}
	least := max(1, fixed)
	return t, diag.List{{
		Code: diag.PromiseTooShort, Rule: "T31", Path: schema.Join("criteria", c.ID) + ".published.within",
		Message: fmt.Sprintf("published within %s cannot be enforced: the time limits on the path test %dm + publish 1m + image %dm sum to %dm, and must stay below it",
			schema.Short(promise), least, t.Image, least+1+t.Image),
		Help: "promise at least " + minutes(least+t.Image+2),
	}}
}

func minutes(n int) string { return fmt.Sprintf("%dm", n) }

// roundedUp writes seconds as whole minutes that a spec could promise.
func roundedUp(seconds int) string { return minutes((seconds + 59) / 60) }

func seconds(d schema.Duration) int { return int(time.Duration(d) / time.Second) }

// Package diagnose finds out from facts about the live systems why a delivery does not arrive. It asks no system: the
// same plan and the same facts always give the same diagnosis.
package diagnose

import (
	"cmp"
	"slices"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live"
	"github.com/pipegen/pipegen/internal/plan"
)

// Trouble is the kind of problem that a user sees.
type Trouble string

// The troubles, in the order of a delivery.
const (
	Build    Trouble = "build"
	Image    Trouble = "image"
	Sync     Trouble = "sync"
	Rollback Trouble = "rollback"
)

// Troubles returns all of them.
func Troubles() []Trouble { return []Trouble{Build, Image, Sync, Rollback} }

// Status says whether a cause was found.
type Status string

const (
	// Found: the facts show it.
	Found Status = "found"
	// Excluded: the facts rule it out.
	Excluded Status = "excluded"
	// Unknown: a fact is missing, for the reason given.
	Unknown Status = "unknown"
)

// Finding is a cause that was tested.
type Finding struct {
	Trouble Trouble `json:"trouble"`
	// Cause is the id of the cause, Statement what it means.
	Cause     string `json:"cause"`
	Statement string `json:"statement"`
	// Environment is "" for a cause that concerns all environments.
	Environment string `json:"environment"`
	// Cluster is set where the environment is in several: its name in the spec.
	Cluster string `json:"cluster,omitempty"`
	Status  Status `json:"status"`
	// Says is what the facts show, or why they do not.
	Says string `json:"says"`
	// Remedy is what to do, "" unless the cause was found.
	Remedy   string              `json:"remedy"`
	Evidence []criteria.Evidence `json:"evidence"`
}

// Where is the environment with its cluster, for people.
func (f Finding) Where() string { return plan.Where(f.Environment, f.Cluster) }

// Diagnosis is the result of a diagnosis.
type Diagnosis struct {
	// Pipeline is the name of the pipeline, Revision the source commit, "" if it is not known.
	Pipeline string    `json:"pipeline"`
	Revision string    `json:"revision"`
	At       time.Time `json:"at"`
	// Reached is false if no system has answered.
	Reached bool `json:"-"`
	// Troubles are those that were examined.
	Troubles []Trouble `json:"troubles"`
	// Findings are in the order of the causes; the first one found for a trouble is the one to fix first.
	Findings []Finding `json:"findings"`
	// tested is set if facts have decided about any cause, since the plan alone excludes some.
	tested bool
}

// With returns the findings with a status.
func (d Diagnosis) With(s Status) []Finding {
	return slices.DeleteFunc(slices.Clone(d.Findings), func(f Finding) bool { return f.Status != s })
}

// Undecidable reports whether causes were tested and no system has answered anything about them.
func (d Diagnosis) Undecidable() bool { return len(d.Findings) > 0 && !d.tested }

// differs reports whether any cause has another status than in a diagnosis of the same causes.
func (d Diagnosis) differs(other Diagnosis) bool {
	for i, f := range d.Findings {
		if f.Status != other.Findings[i].Status {
			return true
		}
	}
	return false
}

// Cause is a possible cause of a trouble.
type Cause struct {
	Trouble Trouble
	ID      string
	// Statement says what is wrong, Tested how that is recognized, and Remedy what to do: see plan.Named for the names
	// of workflows in them.
	Statement, Tested, Remedy string
	// rest is set for a cause that explains little: it is tested only if no cause before it was found.
	rest bool
	// whole is set for a cause that is tested once, and not in every environment.
	whole bool
	test  test
}

// Causes returns all causes, in the order in which they are tested.
func Causes() []Cause {
	return slices.Concat(
		under(Build, buildCauses(), jobCauses()),
		under(Image, imageCauses()),
		under(Sync, specCauses(), noticeCauses(), secretCauses(), scalerCauses(), waveCauses(), operationCauses(), podCauses(), cronCauses(), leftCauses(), notifiedCauses(), figureCauses()),
		under(Rollback, rollbackCauses()),
	)
}

func under(t Trouble, parts ...[]Cause) []Cause {
	causes := slices.Concat(parts...)
	for i := range causes {
		causes[i].Trouble = t
		causes[i].whole = causes[i].whole || t == Build
	}
	return causes
}

// Diagnose tests the causes of some troubles.
func Diagnose(p plan.Plan, f live.Facts, details live.Details, troubles []Trouble) Diagnosis {
	d := diagnose(p, f, details, troubles)
	nothing := live.Facts{At: f.At}
	for _, e := range f.Environments {
		nothing.Environments = append(nothing.Environments, live.Environment{Name: e.Name, Site: e.Site})
	}
	d.tested = d.differs(diagnose(p, nothing, live.Details{}, troubles))
	return d
}

func diagnose(p plan.Plan, f live.Facts, details live.Details, troubles []Trouble) Diagnosis {
	d := Diagnosis{At: f.At, Pipeline: p.Name, Revision: f.Commit.Value.SHA, Reached: f.Reached(), Troubles: troubles}
	all := delivery{plan: p, facts: f, details: details}
	for _, c := range Causes() {
		if !slices.Contains(troubles, c.Trouble) {
			continue
		}
		if c.whole {
			d.add(c, all, environment{})
			continue
		}
		for i, e := range f.Environments {
			in := environment{Environment: e}
			if i < len(details.Environments) {
				in.details = details.Environments[i]
			}
			if in.plan = p.Site(e.Name, e.Site); in.plan.Cluster.Fleet != nil {
				in.plan.Application, in.plan.Cluster.Name = cmp.Or(e.Application, in.plan.Applications()[0]), e.Site
			}
			d.add(c, all, in)
		}
	}
	return d
}

func (d *Diagnosis) add(c Cause, p delivery, e environment) {
	a := excluded("another cause explains it")
	if !c.rest || !d.found(c.Trouble, e.Environment) {
		a = c.test(p, e)
	}
	f := Finding{Trouble: c.Trouble, Cause: c.ID, Statement: p.plan.Named(c.Statement), Environment: e.Name, Cluster: e.Site, Status: a.status, Says: a.says, Evidence: a.evidence}
	if a.status == Found {
		f.Remedy = cmp.Or(a.remedy, p.plan.Named(c.Remedy))
	}
	d.Findings = append(d.Findings, f)
}

// found reports whether a cause of a trouble has been found already.
func (d *Diagnosis) found(t Trouble, e live.Environment) bool {
	return slices.ContainsFunc(d.Findings, func(f Finding) bool {
		return f.Status == Found && f.Trouble == t && f.Environment == e.Name && f.Cluster == e.Site
	})
}

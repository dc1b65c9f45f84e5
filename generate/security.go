package generate

import (
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// usualUser is the user and the group of programs of which a spec says nothing.
const usualUser = 10001

func securityOf(s schema.Security, at string) plan.Security {
	return plan.Security{Path: at + ".security", Root: s.Root, WritableRoot: s.WritableRoot, AnySystemCall: s.AnySystemCall, Capabilities: s.Capabilities}
}

// identity is who a container runs as, and what it may do beyond what every container may.
func (r *renderer) identity(s plan.Security, runAs string, user, group int) yamldoc.Values {
	out := yamldoc.Values{
		"user": r.own(runAs+".user", user), "group": r.own(runAs+".group", group), "notRoot": yamldoc.Of(true), "readOnly": yamldoc.Of(true),
		"capabilities": yamldoc.Omit, "calls": yamldoc.Omit,
	}
	if s.Root {
		out["user"], out["group"], out["notRoot"] = r.own(s.Path+".root", 0), r.own(s.Path+".root", 0), r.own(s.Path+".root", false)
	}
	if s.WritableRoot {
		out["readOnly"] = r.own(s.Path+".writableRoot", false)
	}
	if len(s.Capabilities) > 0 {
		out["capabilities"] = r.own(s.Path+".capabilities", s.Capabilities)
	}
	if s.AnySystemCall {
		out["calls"] = yamldoc.Of(yamldoc.Map{{Key: "type", Value: r.own(s.Path+".anySystemCall", "Unconfined")}})
	}
	return out
}

// securityFits refuses what does nothing. What a container may do too much, the rules say.
func securityFits(s input) diag.List {
	var out diag.List
	check := func(v schema.Security, runAs schema.RunAs, usual int, path string) {
		at := path + ".security"
		if v.Root && (runAs.User != usual || runAs.Group != usual) {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: path + ".runAs", Message: path + ".runAs does nothing: " + at + " says that it runs as root", Help: "keep one"})
		}
		if len(v.Capabilities) > 0 && !v.Root {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".capabilities",
				Message: at + ".capabilities does nothing: Kubernetes gives capabilities to root alone", Help: "leave it out, or write root: true beside it"})
		}
		out = append(out, eachOnce(at+".capabilities", v.Capabilities, "")...)
	}
	for _, w := range s.Workloads {
		check(w.Value.Security, w.Value.RunAs, usualUser, w.Value.At)
		for _, c := range w.Value.Init {
			check(c.Value.Security, c.Value.RunAs, 0, c.Value.At)
		}
	}
	return out
}

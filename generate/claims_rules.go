package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// volumesFit refuses fields of volumes that do nothing, and claims that pods would wait for.
func volumesFit(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		for _, v := range w.Value.Volumes {
			out = append(out, volumeFits(schema.Join(w.Value.At+".volumes", v.ID), v.Value, w.Value)...)
		}
	}
	for i, w := range s.workloads {
		for _, c := range w.Claims() {
			out = append(out, claimFits(s, w, c, s.Workloads[i].Value.Rollout)...)
		}
		for _, e := range s.Environments {
			d := e.Value.Difference(w.Name)
			for _, name := range sorted(d.Volumes) {
				out = append(out, sizeFits(w, schema.Join(d.At+".volumes", name), name)...)
			}
		}
	}
	return out
}

// volumeFits refuses what does not go with the kind of a volume.
func volumeFits(at string, v schema.Volume, w schema.Workload) diag.List {
	var out diag.List
	no := func(field, goes string) {
		out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + "." + field,
			Message: fmt.Sprintf("%s.%s does nothing: it goes with %s", at, field, goes), Help: "leave it out"})
	}
	object := v.Secret != "" || v.ConfigMap != ""
	if v.Memory && v.Size == "" {
		no("memory", "size")
	}
	if v.SubPath != "" && v.Claim == nil {
		no("subPath", "claim")
	}
	if v.ReadOnly && v.Claim == nil {
		no("readOnly", "claim")
	}
	if v.Optional && !object {
		no("optional", "secret and configMap")
	}
	if c := v.Claim; c != nil && c.Size == "" && c.StorageClass != "" {
		no("claim.storageClass", "claim.size: a claim that exists has its class")
	}
	if c := v.Claim; c != nil && c.Access == "ReadOnlyMany" && (c.Size != "" || !v.ReadOnly) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".claim.access",
			Message: at + ".claim: nobody could write to it: a claim of the access ReadOnlyMany exists already, and is mounted read-only",
			Help:    "write name and readOnly: true, or another access"})
	}
	if limit := w.Resources.Limits.Memory; v.Memory && plan.Quantity(v.Size).Cmp(plan.Quantity(limit)) >= 0 {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at + ".size",
			Message: fmt.Sprintf("%s.size is %s of memory, and the container may use %s: the kernel stops the program before the folder is full", at, v.Size, limit),
			Help:    "raise " + w.At + ".resources.limits.memory, or lower the size"})
	}
	return out
}

// claimFits refuses a claim of one node where pods on several would wait for it, and one that no pod asks for in time.
// Own is what the spec says of its rollout.
func claimFits(s input, w plan.Workload, c plan.Claim, own schema.Rollout) diag.List {
	var out diag.List
	no := func(at, why, help string) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "K32", Path: at, Message: at + ": " + why, Help: help})
	}
	const shared = `write claim: access: "ReadWriteMany" if the storage has it`
	if c.Made && w.Kind == plan.CronKind {
		no(c.Path, "a storage class may wait with a claim until a pod asks for it, and Argo CD waits for the claim: the first deploy would hang until the cron job runs",
			"let a workload that stays have the claim, or name one that exists")
	}
	if !c.Alone() {
		return out
	}
	if w.Cron != nil && w.Cron.Overlap == "allow" {
		no(w.Path+".cron.overlap", "a run beside another one would wait for the claim "+c.Name+" if it is on another node", "leave overlap out, or "+shared)
	}
	for _, e := range s.Environments {
		here := changed(s, e, w.Name)
		pods, at := here.Most(w), c.Path
		if !w.Kind.Stays() || pods < 2 || !w.RunsIn(e.ID) {
			continue
		}
		if d := here.Delta(w.Name); d.Replicas > 1 {
			at = d.Path + ".replicas"
		}
		no(at, fmt.Sprintf("only pods of one node have a claim of the access %s, and %s has up to %d pods: the others would wait for ever", c.Access, w.Name, pods),
			"write replicas: 1, or "+shared)
		if at == c.Path {
			break // it is so in each
		}
	}
	for _, other := range s.workloads {
		if other.Name <= w.Name {
			continue
		}
		for _, theirs := range other.Claims() {
			if theirs.Name == c.Name && together(s, w, other) {
				no(theirs.Path, fmt.Sprintf("%s has the claim %s too, and their pods may be on two nodes", w.Name, c.Name), shared)
			}
		}
	}
	if w.Recreates() {
		if own.Strategy == "rolling" {
			no(w.Path+".rollout.strategy", "a new pod on another node would wait for the claim "+c.Name+", which the old one has until the new one is ready", "leave it out, or "+shared)
		}
		if by := s.demands.By(plan.NoGap, w.Name, ""); by != nil {
			no(c.Path, fmt.Sprintf("a pod that has the claim stops before the new one starts, and criterion %s promises that no request is lost", by.ID),
				shared+", or take "+w.Name+" out of the criterion")
		}
	}
	return out
}

// together reports whether two workloads run in one environment.
func together(s input, a, b plan.Workload) bool {
	for _, e := range s.Environments {
		if a.RunsIn(e.ID) && b.RunsIn(e.ID) {
			return true
		}
	}
	return false
}

// sizeFits refuses the size of a volume that has none to change.
func sizeFits(w plan.Workload, at, name string) diag.List {
	var known []string
	for _, v := range w.Volumes {
		if v.Path != "" && (v.Kind == plan.EmptyVolume || v.Claim != nil && v.Claim.Made) {
			if v.Name == name {
				return nil
			}
			known = append(known, v.Name)
		}
	}
	help := "leave it out"
	if len(known) > 0 {
		help = "these have one: " + strings.Join(known, ", ")
	}
	return diag.List{{Code: diag.UnknownName, Path: at, Message: fmt.Sprintf("%s: %s has no volume %s with a size%s", at, w.Name, name, diag.Meant(name, known)), Help: help}}
}

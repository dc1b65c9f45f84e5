package order

import "slices"

// Line is a concurrency group: who runs, and who waits behind it.
//
// It keeps the rules of https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency:
// one member of a group runs at a time. With queue single, the default, one more may
// wait, and a newcomer cancels it and takes its place, whoever is newer. With queue max up
// to 100 wait, and what comes when they are 100 is cancelled. With cancel-in-progress a
// newcomer cancels the one that runs as well; together with queue max that is refused.
// Who waits is served in the order in which each began to wait. GitHub does not promise
// this order, since the moment at which a job begins to wait is not sure: the explorer
// has them begin to wait in any order.
//
// A group knows no workflow: the names of all workflows of a repository are one space, in
// which the case of letters does not count.
//
// A member that waits for somebody's approval has its place in the group all the while, as
// people found out who had one in front of all later deploys:
// https://github.com/hephaestus-build/Hephaestus/pull/1962 and
// https://github.com/vstorm-co/agenticos/issues/1832.
type Line []Member

// Member is what has a place in a group: a job of a run, or all of the run where Job is "".
type Member struct {
	Run int
	Job string
}

// longest is how many may wait in a group with queue max.
const longest = 100

// enter has a newcomer take a place, and says whom that cancels. The newcomer itself may
// be one of them.
func (l Line) enter(m Member, rule Concurrency) (after Line, cancelled []Member) {
	switch {
	case len(l) == 0:
		return Line{m}, nil
	case rule.CancelInProgress:
		return Line{m}, slices.Clone(l)
	case rule.Queue == "max" && len(l) > longest:
		return l, []Member{m}
	case rule.Queue == "max":
		return append(slices.Clone(l), m), nil
	}
	return Line{l[0], m}, slices.Clone(l[1:])
}

// leave takes a member away, wherever it is.
func (l Line) leave(m Member) Line {
	return slices.DeleteFunc(slices.Clone(l), func(o Member) bool { return o == m })
}

// runs says whether it is a member's turn.
func (l Line) runs(m Member) bool { return len(l) > 0 && l[0] == m }

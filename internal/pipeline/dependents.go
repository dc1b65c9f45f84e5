package pipeline

// MadeOf are the kinds, by group and kind, that a cluster's own controllers, or Argo Rollouts, make of an object of the
// given one, down to pods; none for a kind that nothing is made of, and for one that another controller watches.
//
// Argo CD shows nothing of a kind that a project does not allow, nor of what is below it, so a project that allows a
// Deployment alone hides its pods and their logs.
func MadeOf(group, kind string) [][2]string {
	return madeOf[[2]string{group, kind}]
}

var podKind = [2]string{"", "Pod"}

var madeOf = map[[2]string][][2]string{
	{"", "ReplicationController"}: {podKind},
	{"apps", "Deployment"}:        {{"apps", "ReplicaSet"}, podKind},
	{"apps", "ReplicaSet"}:        {podKind},
	{"apps", "StatefulSet"}:       {podKind},
	{"apps", "DaemonSet"}:         {podKind},
	{"batch", "CronJob"}:          {{"batch", "Job"}, podKind},
	{"batch", "Job"}:              {podKind},
	{"argoproj.io", "Rollout"}:    {{"argoproj.io", "AnalysisRun"}, {"apps", "ReplicaSet"}, podKind},
}

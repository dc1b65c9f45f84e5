package pipeline

// MadeOf are the kinds, by group and kind, that a cluster's own controllers make of an
// object of the given one, down to pods; none for a kind that nothing is made of, and
// for one that a custom controller watches.
//
// Argo CD shows nothing of a kind that a project does not allow, nor of what is below
// it, so a project that allows a Deployment alone hides its pods and their logs.
func MadeOf(group, kind string) [][2]string {
	return madeOf[[2]string{group, kind}]
}

var pod = [2]string{"", "Pod"}

var madeOf = map[[2]string][][2]string{
	{"", "ReplicationController"}: {pod},
	{"apps", "Deployment"}:        {{"apps", "ReplicaSet"}, pod},
	{"apps", "ReplicaSet"}:        {pod},
	{"apps", "StatefulSet"}:       {pod},
	{"apps", "DaemonSet"}:         {pod},
	{"batch", "CronJob"}:          {{"batch", "Job"}, pod},
	{"batch", "Job"}:              {pod},
}

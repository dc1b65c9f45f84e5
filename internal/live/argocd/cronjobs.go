package argocd

import (
	"context"
	"sort"
	"time"
)

// CronJob is a CronJob of the Application, as it is in the cluster.
type CronJob struct {
	Name               string
	Schedule, TimeZone string
	Suspended          bool
	// Images are the images of its containers.
	Images []string
	// Runs are the Jobs that it has made and that are kept, the newest first.
	Runs []JobRun
}

// JobRun is a Job that a CronJob has made. Health and Message are Argo CD's words: Progressing while it runs, Healthy
// once it has succeeded, Degraded if it failed.
type JobRun struct {
	Name, Health, Message string
	CreatedAt             time.Time
}

type wireCronJob struct {
	Spec struct {
		Schedule    string `json:"schedule"`
		TimeZone    string `json:"timeZone"`
		Suspend     bool   `json:"suspend"`
		JobTemplate struct {
			Spec struct {
				Template struct {
					Spec struct {
						Containers []struct {
							Image string `json:"image"`
						} `json:"containers"`
					} `json:"spec"`
				} `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
	} `json:"spec"`
}

// cronJob asks for a CronJob of a tree.
func (c *Client) cronJob(ctx context.Context, base string, n node, tree []node) (CronJob, error) {
	var w wireCronJob
	if err := c.object(ctx, base, n, &w); err != nil {
		return CronJob{}, err
	}
	out := CronJob{Name: n.Name, Schedule: w.Spec.Schedule, TimeZone: w.Spec.TimeZone, Suspended: w.Spec.Suspend}
	for _, container := range w.Spec.JobTemplate.Spec.Template.Spec.Containers {
		out.Images = append(out.Images, container.Image)
	}
	for _, j := range tree {
		if j.Kind == "Job" && j.ownedBy("CronJob", n.Name) {
			out.Runs = append(out.Runs, JobRun{Name: j.Name, Health: j.Health.Status, Message: j.Health.Message, CreatedAt: j.CreatedAt})
		}
	}
	sort.SliceStable(out.Runs, func(i, j int) bool { return out.Runs[j].CreatedAt.Before(out.Runs[i].CreatedAt) })
	return out, nil
}

package argocd

import "time"

type wireApplication struct {
	Metadata struct {
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Project string     `json:"project"`
		Source  wireSource `json:"source"`
		// Sources replaces Source where there are several.
		Sources     []wireSource `json:"sources"`
		Destination struct {
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
			Server    string `json:"server"`
		} `json:"destination"`
		SyncPolicy struct {
			Automated *struct {
				Enabled *bool `json:"enabled"`
			} `json:"automated"`
		} `json:"syncPolicy"`
	} `json:"spec"`
	Status struct {
		Sync struct {
			Status string `json:"status"`
			revised
		} `json:"sync"`
		Health struct {
			Status  string `json:"status"`
			Message string `json:"message"`
		} `json:"health"`
		OperationState *struct {
			Phase      string    `json:"phase"`
			Message    string    `json:"message"`
			StartedAt  time.Time `json:"startedAt"`
			FinishedAt time.Time `json:"finishedAt"`
			RetryCount int       `json:"retryCount"`
			SyncResult struct {
				revised
				Resources []struct {
					Kind      string `json:"kind"`
					Name      string `json:"name"`
					Status    string `json:"status"`
					HookType  string `json:"hookType"`
					HookPhase string `json:"hookPhase"`
					Message   string `json:"message"`
				} `json:"resources"`
			} `json:"syncResult"`
		} `json:"operationState"`
		Conditions []Condition `json:"conditions"`
		Resources  []struct {
			Kind   string `json:"kind"`
			Name   string `json:"name"`
			Status string `json:"status"`
			Health struct {
				Status  string `json:"status"`
				Message string `json:"message"`
			} `json:"health"`
		} `json:"resources"`
		History []struct {
			revised
			DeployStartedAt time.Time `json:"deployStartedAt"`
			DeployedAt      time.Time `json:"deployedAt"`
		} `json:"history"`
	} `json:"status"`
}

// revised is a commit, or one for each of several sources.
type revised struct {
	Revision  string   `json:"revision"`
	Revisions []string `json:"revisions"`
}

// first is the commit of the first source, which is the overlay.
func (r revised) first() string {
	if len(r.Revisions) > 0 {
		return r.Revisions[0]
	}
	return r.Revision
}

type wireSource struct {
	RepoURL        string `json:"repoURL"`
	Path           string `json:"path"`
	TargetRevision string `json:"targetRevision"`
}

// Notified is the annotation in which Argo CD writes down which notifications it has tried to send.
const Notified = "notified.notifications.argoproj.io"

// skipReconcile is the annotation that makes Argo CD ignore an Application.
const skipReconcile = "argocd.argoproj.io/skip-reconcile"

func (w wireApplication) settings() Settings {
	source, n := w.Spec.Source, 1
	if len(w.Spec.Sources) > 0 {
		source, n = w.Spec.Sources[0], len(w.Spec.Sources)
	}
	auto := w.Spec.SyncPolicy.Automated
	return Settings{
		RepoURL: source.RepoURL, Path: source.Path, TargetRevision: source.TargetRevision, Sources: n,
		Project: w.Spec.Project, Namespace: w.Spec.Destination.Namespace,
		Cluster:   w.Spec.Destination.Name + w.Spec.Destination.Server,
		Automated: auto != nil && (auto.Enabled == nil || *auto.Enabled),
		Paused:    w.Metadata.Annotations[skipReconcile] == "true",
	}
}

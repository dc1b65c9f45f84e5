package change

// rootGone: nothing deletes the root because its file is gone.
func rootGone(a, b *view, add report) {
	before, now := a.plan.ArgoCD.Root, b.plan.ArgoCD.Root
	switch {
	case before == nil:
	case now == nil:
		add("", "argocd.appOfApps", "A person applies the Applications again; the root Application %s stays.", before.Name)
	case now.Name != before.Name:
		add("", "name", "The root Application is called %s instead of %s, which stays.", now.Name, before.Name)
	}
}

func rootAdded(a, b *view, add report) {
	if now := b.plan.ArgoCD.Root; now != nil && a.plan.ArgoCD.Root == nil {
		add("", now.Path, "The root Application %s brings the others from %s.", now.Name, now.Folder)
	}
}

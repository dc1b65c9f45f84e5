package change

// previewsLeft: nothing deletes an ApplicationSet because its file is gone.
func previewsLeft(a, b *view, add report) {
	if before := a.plan.Previews; before != nil && b.plan.Previews == nil {
		add("", "previews", "Pull requests get no previews any longer; the ApplicationSet %s stays, with those that there are.", before.Project)
	}
}

func previewsAdded(a, b *view, add report) {
	if now := b.plan.Previews; now != nil && a.plan.Previews == nil {
		add("", "previews", "Up to %d pull requests with the label %s run in namespaces of their own.", now.Most, now.Label)
	}
}

func previewsMore(a, b *view, add report) {
	if before, now := a.plan.Previews, b.plan.Previews; before != nil && now != nil && now.Most > before.Most {
		add("", "previews.most", "There may be %d previews instead of %d.", now.Most, before.Most)
	}
}

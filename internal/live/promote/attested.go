package promote

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/plan"
)

// patience is how long GitHub's program may take for one image.
const patience = time.Minute

// Attested asks GitHub's program whether the pipeline has built an image in a run that releases, as the workflow does.
func Attested(ctx context.Context, p plan.Plan, image string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	workflow := regexp.QuoteMeta("https://github.com/" + p.Source.Repository + "/" + p.Workflow)
	cmd := exec.CommandContext(ctx, "gh", "attestation", "verify", "oci://"+image, "--repo", p.Source.Repository,
		"--cert-identity-regex", "^"+workflow+"@"+p.ReleaseRefs()+"$")
	said, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("gh is not installed, and is asked who has built %s: install it, and type 'gh auth login'", image)
	case ctx.Err() != nil:
		return fmt.Errorf("gh had no answer in time on who has built %s", image)
	}
	return refuse("nothing proves that %s of %s has built %s, and nothing is promoted: %s", p.Workflow, p.Source.Repository, image, gitrepo.Visible(strings.TrimSpace(string(said))))
}

package plan

import "slices"

// Copy is where pods of an environment pull an image, where that is not the registry to which it is pushed. Each deploy
// copies the image there first, by its digest.
type Copy struct {
	Path, Image string
	// Reference is the image there without tag and digest, and Registry the host in it.
	Reference, Registry string
	// Login is how the job that copies logs in to store something there, and From how it logs in to read what was pushed,
	// which has no host where the one login is for both.
	Login Login
	From  Puller
}

// Pulled are the images as pods pull them in some environment, each once.
func (p Plan) Pulled() []Image {
	var out []Image
	for _, i := range p.Images {
		for _, e := range p.Environments {
			pulls := e.Pulls(i)
			if !slices.ContainsFunc(out, func(o Image) bool { return o.Reference == pulls.Reference }) {
				out = append(out, pulls)
			}
		}
	}
	return out
}

// Copied are the images of an environment that are copied for it.
func (p Plan) Copied(e Environment) []Image {
	return slices.DeleteFunc(p.ImagesIn(e), func(i Image) bool { return e.Copy(i.Name) == nil })
}

// Copy is that of an image, nil where pods pull what was pushed.
func (e Environment) Copy(image string) *Copy {
	i := slices.IndexFunc(e.Copies, func(c Copy) bool { return c.Image == image })
	if i < 0 {
		return nil
	}
	return &e.Copies[i]
}

// Pulls is an image as pods of an environment pull it.
func (e Environment) Pulls(i Image) Image {
	if c := e.Copy(i.Name); c != nil {
		i.Path, i.Reference, i.Registry, i.Login = c.Path, c.Reference, c.Registry, c.Login
	}
	return i
}

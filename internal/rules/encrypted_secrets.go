package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var (
	// encryptedText is a value that SOPS has encrypted. It leaves an empty one as it is.
	encryptedText = lazy.Regexp(`^(ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]+,tag:[A-Za-z0-9+/=]+,type:[a-z]+\])?$`)
	unwritten     = lazy.Regexp(`^<[^>]*>$`)
)

const encryptIt = `let SOPS write the file: sops encrypt --encrypted-regex '^(data|stringData)$'`

// encryptedInGit holds the files that Argo CD decrypts against what SOPS writes.
func encryptedInGit(c *Case) {
	for _, t := range c.targets {
		for _, f := range t.Folders {
			for _, file := range f.Encrypted {
				for _, d := range file.Docs {
					c.encrypted(t, d)
				}
			}
		}
	}
}

func (c *Case) encrypted(t *pipeline.Target, d pipeline.Node) {
	name := d.Get("metadata", "name")
	label := d.Get("kind").Text() + " " + name.Text()
	if n := pipeline.Unreadable(d); n.OK() {
		c.broken(n.At(), t.At(), encryptIt, "more than the values is encrypted here: nobody but Argo CD can see which Secret it is, and what is in it")
		return
	}
	waits, clear, none := false, false, true
	for _, field := range []string{"data", "stringData"} {
		for key, v := range d.Get(field).Pairs() {
			none = false
			switch text := strings.TrimSpace(v.Text()); {
			case encryptedText().MatchString(text):
			case unwritten().MatchString(text):
				waits = true
			default:
				clear = true
				c.broken(v.At(), t.At(), encryptIt+"; if it was ever committed, replace the value where it counts, too", "%s holds the value of %s in clear", label, quoted(key))
			}
		}
	}
	switch mac := d.Get("sops", "mac"); {
	case clear, mac.Text() != "" && encryptedText().MatchString(mac.Text()) && !waits:
	case !mac.OK() && waits && c.Facts == nil: // as in a SealedSecret, another tool may fill it in
	case !mac.OK() && (waits || c.Facts != nil && none):
		c.doubtful(d.At(), t.At(), "let SOPS write the file, as its first lines say", "%s is not encrypted yet: Argo CD can render nothing of %s until it is", label, t.Dir)
	default:
		c.broken(d.At(), t.At(), encryptIt, "%s is not as SOPS writes it: without its part sops, and a mac there, Argo CD cannot decrypt it", label)
	}
}

// encryptedFor is the document in the file that should become a Secret once Argo CD decrypts it.
func encryptedFor(t *pipeline.Target, secret string) pipeline.Node {
	for _, f := range t.Folders {
		for _, file := range f.Encrypted {
			if path.Base(file.Path) == secret+".enc.yaml" && len(file.Docs) > 0 {
				return file.Docs[0]
			}
		}
	}
	return pipeline.Node{}
}

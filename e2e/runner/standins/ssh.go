package standins

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// HostKey is GitHub's, as https://api.github.com/meta publishes it.
const HostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

// ssh is OpenSSH, which talks to git at github.com: it goes on only if the host shows a key that it knows, and the host
// takes a deploy key for the one repository that has it.
func ssh(w World, args []string) error {
	options := map[string]string{}
	var words []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-o" && i+1 < len(args):
			i++
			name, value, _ := strings.Cut(args[i], "=")
			options[name] = value
		case slices.Contains([]string{"-F", "-i"}, a) && i+1 < len(args):
			i++
			options[a] = args[i]
		default:
			words = append(words, a)
		}
	}
	if err := w.record(Call{Name: "ssh", Args: args}); err != nil {
		return err
	}
	if len(words) != 2 || words[0] != "git@github.com" {
		return fmt.Errorf("not imitated: ssh %q", words)
	}
	known, err := os.ReadFile(options["UserKnownHostsFile"])
	if err != nil || options["StrictHostKeyChecking"] != "yes" || !slices.Contains(strings.Split(string(known), "\n"), "github.com "+w.hostKey()) {
		return errors.New("Host key verification failed.")
	}
	offers := exec.Command("ssh-add", "-L")
	if file := options["-i"]; file != "" {
		offers = exec.Command("ssh-keygen", "-y", "-f", file)
	}
	offered, err := offers.Output()
	if err != nil || w.DeployKey == "" || !strings.HasPrefix(string(offered), w.DeployKey) {
		return errors.New("git@github.com: Permission denied (publickey).")
	}
	service, path, _ := strings.Cut(words[1], " ")
	repository := strings.TrimSuffix(strings.Trim(path, "'"), ".git")
	switch {
	case repository != w.KeyOf:
		return errors.New("ERROR: Repository not found.")
	case service == "git-receive-pack" && w.KeyReads:
		return errors.New("ERROR: The key you are authenticating with has been marked as read only.")
	}
	where, err := exec.Command("git", "ls-remote", "--get-url", "https://github.com/"+repository).Output()
	if err != nil {
		return err
	}
	git := exec.Command("git", strings.TrimPrefix(service, "git-"), strings.TrimPrefix(strings.TrimSpace(string(where)), "file://"))
	git.Stdin, git.Stdout, git.Stderr = os.Stdin, os.Stdout, os.Stderr
	return git.Run()
}

// hostKey is what the host shows.
func (w World) hostKey() string {
	if w.Impostor {
		return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}
	return HostKey
}

// sshCommand has git use a key that actions/checkout was given, until its end.
func sshCommand(key string) (command string, done func(), err error) {
	folder, err := os.MkdirTemp(os.Getenv("RUNNER_TEMP"), "checkout-")
	if err != nil {
		return "", nil, err
	}
	err = errors.Join(os.WriteFile(folder+"/key", []byte(strings.TrimSpace(key)+"\n"), 0o600), os.WriteFile(folder+"/known_hosts", []byte("github.com "+HostKey+"\n"), 0o600))
	return "ssh -i " + folder + "/key -o StrictHostKeyChecking=yes -o UserKnownHostsFile=" + folder + "/known_hosts", func() { os.RemoveAll(folder) }, err
}

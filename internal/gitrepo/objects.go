package gitrepo

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Objects reads many objects with one git process, each named as git does, such as COMMIT:PATH. An object that is
// missing, is not a file, or has more than most bytes is nil.
func Objects(dir string, names []string, most int64) ([][]byte, error) {
	cmd := command(dir, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(strings.Join(names, "\n") + "\n")
	var said bytes.Buffer
	cmd.Stderr = &said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	all := make([][]byte, len(names))
	in := bufio.NewReader(pipe)
	for i := range names {
		if all[i], err = object(in, most); err != nil {
			break
		}
	}
	// Git would wait until somebody reads the rest.
	pipe.Close()
	if ended := cmd.Wait(); err != nil || ended != nil {
		return nil, fmt.Errorf("git cannot read the files of %s: %s", dir, Visible(said.String()))
	}
	return all, nil
}

func object(in *bufio.Reader, most int64) ([]byte, error) {
	head, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	// OID TYPE SIZE, or NAME and a word that says why there is nothing.
	f := strings.Fields(head)
	if len(f) != 3 {
		return nil, nil
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil {
		return nil, nil
	}
	if f[1] != "blob" || size > most {
		_, err := io.CopyN(io.Discard, in, size+1)
		return nil, err
	}
	content := make([]byte, size+1)
	if _, err := io.ReadFull(in, content); err != nil {
		return nil, err
	}
	return content[:size], nil
}

// Tree maps the path of each file below a folder at a commit to its object. Links and submodules are left out.
func Tree(dir, commit, folder string) (map[string]string, error) {
	out, err := run(context.Background(), dir, "", "ls-tree", "-r", "-z", "--full-tree", commit, "--", folder)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, r := range records(out) {
		head, path, _ := strings.Cut(r, "\t")
		if f := strings.Fields(head); len(f) == 3 && strings.HasPrefix(f[0], "100") {
			files[path] = f[2]
		}
	}
	return files, nil
}

package workspace

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// disk has the few operations on a directory tree that this package needs. Names are slash-separated and relative; none
// may leave the tree. Tests inject faults here.
type disk interface {
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	ReadDir(name string) ([]fs.DirEntry, error)
	Mkdir(name string, perm fs.FileMode) error
	// CreateNew fails where name already exists.
	CreateNew(name string, perm fs.FileMode) (file, error)
	Rename(from, to string) error
	Remove(name string) error
	// SyncDir makes the entries of a directory durable.
	SyncDir(name string) error
	Close() error
}

type file interface {
	io.WriteCloser
	Chmod(perm fs.FileMode) error
	Sync() error
}

type opener func(dir string) (disk, error)

type rootDisk struct{ *os.Root }

func openDisk(dir string) (disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return rootDisk{root}, nil
}

func (d rootDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	dir, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.ReadDir(-1)
}

func (d rootDisk) CreateNew(name string, perm fs.FileMode) (file, error) {
	f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d rootDisk) SyncDir(name string) error {
	// Windows makes directory entries durable by itself and refuses the call.
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := d.Open(name)
	if err != nil {
		return err
	}
	err = dir.Sync()
	// Some network and FUSE file systems have no fsync of a directory.
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

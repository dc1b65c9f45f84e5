//go:build unix

package main

import (
	"os"
	"syscall"
)

// peak is the largest amount of memory that a finished process had, in KiB on
// Linux.
func peak(s *os.ProcessState) float64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return float64(u.Maxrss)
	}
	return 0
}

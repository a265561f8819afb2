//go:build !linux

package main

// returnPages does nothing: only on Linux a start maps much more of the program's file than it uses.
func returnPages() {}

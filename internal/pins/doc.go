// Package pins knows the actions that a workflow uses, with their releases and commits: it reads the lines that name
// them, distinguishes a bot's bump from other edits, and judges whether a bump may be kept. It also finds the tools
// that a file downloads, with their releases. It uses neither disk nor network.
package pins

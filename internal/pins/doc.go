// Package pins knows the actions that a workflow uses, by which releases and commits:
// it reads the lines that name them, tells a bot's bump from other edits, and judges
// whether a bump may be kept. It reads as well which tools a file downloads, and in which
// releases. It reads no files from disk and asks nobody.
package pins

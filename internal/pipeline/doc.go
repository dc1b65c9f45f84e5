// Package pipeline is the one reader of delivery pipelines, pipegen's own and those that people wrote by hand:
// workflows and their scripts, Kustomize trees and what they render to, Argo CD objects, each with its lines. It judges
// nothing.
//
// All it reads is untrusted. It reads below two folders only and follows no symbolic link, it bounds how much it reads,
// and it hands kustomize nothing that could make it load a file of its own or go to the network.
package pipeline

// Verifies one receipt with Go's own checksum-database packages: sumdb FOLDER VKEY. Exit 0: genuine; 1: not.
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := verify(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verify(folder, vkey string) error {
	leaf, err := os.ReadFile(filepath.Join(folder, "receipt.json"))
	if err != nil {
		return err
	}
	proof, err := os.ReadFile(filepath.Join(folder, "receipt.tlog-proof"))
	if err != nil {
		return err
	}
	head, signed, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) < 2 {
		return errors.New("not a tlog-proof")
	}
	index, err := number(strings.TrimPrefix(lines[1], "index "))
	if err != nil || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("no index")
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := hash(line)
		if err != nil {
			return err
		}
		path = append(path, hash)
	}
	size, root, err := checkpoint(signed, vkey)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, size, root, index, tlog.RecordHash(leaf))
}

// checkpoint opens the signed head and reads its three lines: origin, size, root.
func checkpoint(signed, vkey string) (int64, tlog.Hash, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return 0, tlog.Hash{}, errors.New("the head is of another log")
	}
	size, err := number(lines[1])
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	root, err := hash(lines[2])
	return size, root, err
}

func number(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != text {
		return 0, errors.New("not a number")
	}
	return value, nil
}

func hash(line string) (tlog.Hash, error) {
	data, err := base64.StdEncoding.DecodeString(line)
	if err != nil || len(data) != tlog.HashSize || base64.StdEncoding.EncodeToString(data) != line {
		return tlog.Hash{}, errors.New("not a hash")
	}
	var value tlog.Hash
	copy(value[:], data)
	return value, nil
}

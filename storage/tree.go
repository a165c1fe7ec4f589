package storage

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// The leaves of a tenant are the records of one Merkle tree with the hashes of
// RFC 6962. What a leaf completes is written with it, in the same value: the root
// of each perfect subtree whose last leaf it is, from the smallest to the largest,
// and then its record. A filing thus writes no key more for the tree, and every
// node is found from its place alone: the subtree of 2^l leaves that begins at
// i·2^l lies with leaf (i+1)·2^l - 1.
//
// The right edge of the tree, which is what the next leaf needs of it, is in the
// head of the log, read and written anyway.

// Tree is the state of the log at one size.
type Tree struct {
	Size uint64
	Root tlog.Hash
}

// edge are the roots of the perfect subtrees that n leaves make, the largest first,
// one behind the other.
type edge []byte

// add appends the hash of leaf n and returns the nodes that it completes.
func (e edge) add(n uint64, h tlog.Hash) (edge, []byte) {
	var nodes []byte
	for range completes(n) {
		left := tlog.Hash(e[len(e)-tlog.HashSize:])
		e = e[:len(e)-tlog.HashSize]
		h = tlog.NodeHash(left, h)
		nodes = append(nodes, h[:]...)
	}
	return append(e, h[:]...), nodes
}

// tree is the tree that the edge is of.
func (e edge) tree(size uint64) (Tree, error) {
	if len(e) != bits.OnesCount64(size)*tlog.HashSize {
		return Tree{}, errUnreadable(kHead)
	}
	if size == 0 {
		root, err := tlog.TreeHash(0, nil)
		return Tree{0, root}, err
	}
	root := tlog.Hash(e[len(e)-tlog.HashSize:])
	for at := len(e) - 2*tlog.HashSize; at >= 0; at -= tlog.HashSize {
		root = tlog.NodeHash(tlog.Hash(e[at:]), root)
	}
	return Tree{size, root}, nil
}

// completes is how many perfect subtrees of more than one leaf end with leaf n.
func completes(n uint64) int { return bits.TrailingZeros64(n + 1) }

// cutNodes parts the value of leaf n into its nodes and its record.
func cutNodes(n uint64, value []byte) (nodes, record []byte, err error) {
	at := completes(n) * tlog.HashSize
	if len(value) <= at {
		return nil, nil, errUnreadable(kLog)
	}
	return value[:at], value[at:], nil
}

// Tree is the log as it is now: its size and root. It costs one Get.
func (x *Txn) Tree() (Tree, error) {
	h, err := x.head()
	if err != nil {
		return Tree{}, err
	}
	return h.Edge.tree(h.Leaves)
}

// TreeAt is the log as it was when it had that many leaves. ErrNotFound when it has
// not had so many.
func (x *Txn) TreeAt(size uint64) (Tree, error) {
	if err := x.hadLeaves(size); err != nil {
		return Tree{}, err
	}
	root, err := tlog.TreeHash(int64(size), x.nodes())
	return Tree{size, root}, err
}

// ProveLeaf proves that leaf n is in the log of a size. ErrNotFound when it is not.
func (x *Txn) ProveLeaf(size, n uint64) (tlog.RecordProof, error) {
	if n >= size {
		return nil, ErrNotFound
	}
	if err := x.hadLeaves(size); err != nil {
		return nil, err
	}
	return tlog.ProveRecord(int64(size), int64(n), x.nodes())
}

// ProveTree proves that the log of a size begins with the log of an older size: that
// nothing of it was changed or taken out. ErrNotFound when it has not had that size.
func (x *Txn) ProveTree(size, old uint64) (tlog.TreeProof, error) {
	if old == 0 || old > size {
		return nil, ErrNotFound
	}
	if err := x.hadLeaves(size); err != nil {
		return nil, err
	}
	return tlog.ProveTree(int64(size), int64(old), x.nodes())
}

// hadLeaves is ErrNotFound unless the log has reached a size.
func (x *Txn) hadLeaves(size uint64) error {
	h, err := x.head()
	if err == nil && size > h.Leaves {
		err = ErrNotFound
	}
	return err
}

// nodes reads the hashes of the tree for tlog.
func (x *Txn) nodes() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, at := tlog.SplitStoredHashIndex(index)
			n := (uint64(at)+1)<<level - 1
			value, err := x.getBytes(kLog, number(n))
			if err != nil {
				return nil, fmt.Errorf("storage: leaf %d: %w", n, err)
			}
			nodes, record, err := cutNodes(n, value)
			switch {
			case err != nil:
				return nil, err
			case level == 0:
				all[i] = tlog.RecordHash(record)
			default:
				all[i] = tlog.Hash(nodes[(level-1)*tlog.HashSize:])
			}
		}
		return all, nil
	})
}

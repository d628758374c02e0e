"""Is a history of operations on one machine's snapshot tree equal to some order of them, one after the other?

The search of Wing and Gong, with Lowe's memory of where it was: each operation takes effect at one moment between its call and
its answer. One that destroys a tree takes effect leaf by leaf, as docs/qcow2-store.md has it: for as many moments. What a
list shows is as many readings of one snapshot each, since a list streams.
"""

import dataclasses
import typing

ABSENT = "absent"


class Tree(typing.NamedTuple):
    """What the model knows of a machine. Hashable: the search remembers where it was."""

    snapshots: frozenset  # of (id, parent or None, name)
    current: typing.Optional[str] = None

    def find(self, id_):
        return next((each for each in self.snapshots if each[0] == id_), None)

    def children(self, id_):
        return [each for each in self.snapshots if each[1] == id_]

    def create(self, id_, name):
        return Tree(self.snapshots | {(id_, self.current, name)}, id_)

    def destroy(self, id_):
        gone = self.find(id_)
        children = self.children(id_)
        left = (self.snapshots - {gone} - set(children)) | {(child[0], gone[1], child[2]) for child in children}
        return Tree(frozenset(left), gone[1] if self.current == id_ else self.current)

    def apply(self, id_):
        return self._replace(current=id_)

    def rename(self, id_, name):
        was = self.find(id_)
        return self._replace(snapshots=self.snapshots - {was} | {(was[0], was[1], name)})

    def leaves_below(self, id_):
        """Leaves of the tree whose root is this snapshot, itself included."""
        below = {id_}
        while more := {each[0] for each in self.snapshots if each[1] in below} - below:
            below |= more
        return sorted(each for each in below if not self.children(each))


@dataclasses.dataclass
class Call:
    """An operation as a client saw it: when it was called and answered, what it was, and what came of it.

    kinds: create (id, name), destroy, destroy_tree, apply (id), rename (id, name), read (id), current.
    `result`: True for done, ABSENT for what is not there, else what was read: (name, parent) or the current one."""

    begun: float
    ended: float
    kind: str
    id: typing.Optional[str] = None
    name: typing.Optional[str] = None
    result: typing.Any = True

    @property
    def only_looks(self):
        return self.kind in ("read", "current") or self.result == ABSENT

    def fits(self, tree):
        """Whether one that changes nothing sees what it saw."""
        if self.kind == "current":
            return tree.current == self.result
        found = tree.find(self.id)
        if self.result == ABSENT:
            return found is None
        return found is not None and (found[2], found[1]) == self.result

    def next(self, tree):
        """The trees that its taking effect, or a part of it, leads to, each with whether it is done by then."""
        if self.kind == "create":
            return [(tree.create(self.id, self.name), True)]
        if tree.find(self.id) is None:
            return []
        if self.kind == "destroy":
            return [(tree.destroy(self.id), True)]
        if self.kind == "destroy_tree":
            return [(tree.destroy(leaf), leaf == self.id) for leaf in tree.leaves_below(self.id)]
        if self.kind == "apply":
            return [(tree.apply(self.id), True)]
        if self.kind == "rename":
            return [(tree.rename(self.id, self.name), True)]
        raise ValueError(self.kind)


def is_linearisable(tree, calls):
    """Whether there is an order of the calls that gives each its result, from this tree on."""
    calls = sorted(calls, key=lambda call: call.begun)
    seen = set()
    stack = [(tree, (1 << len(calls)) - 1)]
    while stack:
        tree, left = stack.pop()
        left = look(tree, calls, left)
        if not left:
            return True
        if (tree, left) in seen:
            continue
        seen.add((tree, left))
        # The first to have ended is tried first: mostly it came first.
        for index in sorted(open_now(calls, left), key=lambda index: -calls[index].ended):
            call = calls[index]
            if call.only_looks:
                continue
            for after, done in call.next(tree):
                stack.append((after, left & ~(1 << index) if done else left))
    return False


def open_now(calls, left):
    """Those left that had begun before any left had ended: one of them comes next."""
    first_end = float("inf")
    found = []
    index = 0
    rest = left
    while rest:
        if rest & 1:
            if calls[index].begun > first_end:
                break
            found.append(index)
            first_end = min(first_end, calls[index].ended)
        rest >>= 1
        index += 1
    return [index for index in found if calls[index].begun <= first_end]


def look(tree, calls, left):
    """Without those that could look now and saw this: they change nothing, so now is as good as later."""
    while True:
        fitting = [index for index in open_now(calls, left) if calls[index].only_looks and calls[index].fits(tree)]
        if not fitting:
            return left
        for index in fitting:
            left &= ~(1 << index)

"""A qemu-img that fails, dies, hangs, talks rubbish or is gone, at each of its calls: nothing is lost that was not asked for."""

import os
import unittest

from faults.case import COMPLETED, FaultCase
from faults import qemu_img

# More calls than any job takes; the loops end when one runs through unharmed.
ENOUGH = 40
LONG = os.environ.get("TINTYPE_LONG") == "1"
SECONDS = 5  # What qemu-img may take: on a busy machine a real one may well take one.
QUICK = {"fails": qemu_img.FAILS, "fails without a word": qemu_img.FAILS_WITHOUT_A_WORD, "works and fails": qemu_img.WORKS_AND_FAILS,
         "says nothing": qemu_img.SAYS_NOTHING, "says rubbish": qemu_img.SAYS_RUBBISH, "dies": qemu_img.DIES}


class QemuImg(FaultCase):
    def setUp(self):
        self.qemu_img = qemu_img.FaultyQemuImg()
        self.addCleanup(self.qemu_img.close)
        self.daemon_options = {"path_first": self.qemu_img.folder, "backend": f'timeout = "{SECONDS}s"'}
        super().setUp()

    def made(self):
        """A new snapshot."""
        before = self.ids()
        self.assert_completed(self.create())
        (made,) = self.ids() - before
        return made

    def at_each_call(self, what, start):
        """Each call of the job that `start` starts goes wrong once. Afterwards it is asked for again, without a restart,
        until all is as it shall be. Returns the ends that there were."""
        ends = []
        for call in range(1, ENOUGH):
            with self.subTest(call=call):
                before = self.ids()
                target, ask, done = start()
                self.qemu_img.arm(call, what)
                job = self.ended(ask())
                calls = self.qemu_img.disarm()
                ends.append(job["JobState"])
                if job["JobState"] == COMPLETED:
                    self.assertTrue(done(before, target))
                else:
                    self.assertNotIn("/", job["ErrorDescription"].replace("input/output", ""))  # no path of ours
                    # Asked again it is done; what was half done is finished, or was undone.
                    again = ask()
                    if again.fault is None and again.return_value == 4096:
                        self.assert_completed(again)
                    self.assertTrue(done(before, target))
                listed = self.ids()
                for tags in self.tags():
                    self.assertEqual(tags, listed)
                self.assertLessEqual(before - {target}, listed)
                if calls < call:
                    self.assertGreater(call, 2, "a job that never called qemu-img twice proves nothing")
                    self.assert_whole()
                    return ends
        self.fail("the job never ran through")

    def a_destroy(self):
        made = self.made()
        return made, lambda: self.on_snapshot("DestroySnapshot", made), lambda _, target: target not in self.ids()

    def a_create(self):
        return None, self.create, lambda before, _: len(self.ids() - before) == 1

    def an_apply(self):
        root = self.machine.instance_id("root")
        return None, lambda: self.on_snapshot("ApplySnapshot", root), lambda before, _: self.ids() == before

    def a_destroy_tree(self):
        made = self.made()
        return (made, lambda: self.on_snapshot("DestroySnapshotTree", made),
                lambda _, target: target not in self.ids())

    def test_each_call_of_a_destroy_goes_wrong_in_each_way(self):
        for name, what in QUICK.items():
            with self.subTest(name):
                self.assertIn(COMPLETED, self.at_each_call(what, self.a_destroy))

    def test_each_call_of_the_other_jobs_goes_wrong(self):
        for start in (self.a_create, self.an_apply, self.a_destroy_tree):
            for name, what in QUICK.items() if LONG else [("fails", qemu_img.FAILS), ("says rubbish", qemu_img.SAYS_RUBBISH)]:
                with self.subTest(name, job=start.__name__):
                    self.at_each_call(what, start)

    def test_one_that_hangs_is_ended_and_one_that_never_stops_talking_too(self):
        for what, words in ((qemu_img.HANGS, f"took longer than {SECONDS} s"), (qemu_img.SAYS_TOO_MUCH, "more than can be read")):
            with self.subTest(words):
                made = self.made()
                self.qemu_img.arm(1, what)
                self.assert_failed(self.on_snapshot("DestroySnapshot", made), words)
                self.qemu_img.disarm()
                self.daemon.wait_for_log(words)
                self.assertIn(made, self.assert_whole())
                self.assert_completed(self.on_snapshot("DestroySnapshot", made))
        self.assert_serves()

    def test_one_that_hangs_between_two_disks_leaves_half_a_destroy_that_the_next_finishes(self):
        self.qemu_img.arm(5, qemu_img.HANGS)
        job = self.ended(self.destroy("below"))
        self.qemu_img.disarm()
        self.assertEqual(job["JobState"], "10")
        self.daemon.wait_for_log("took longer than")
        self.assert_serves()

    def test_one_that_is_gone_or_may_not_be_run_is_named_and_used_again_when_it_is_back(self):
        away = self.qemu_img.folder / "away"
        self.qemu_img.program.rename(away)
        self.assert_failed(self.destroy("leaf"), "can't run qemu-img.*No such file")
        away.rename(self.qemu_img.program)
        self.qemu_img.program.chmod(0o644)
        self.assert_failed(self.destroy("leaf"), "can't run qemu-img.*Permission denied")
        self.qemu_img.program.chmod(0o755)
        self.qemu_img.program.write_text("no program at all")
        self.assert_failed(self.destroy("leaf"), "can't run qemu-img.*[Ee]xec format error")
        self.qemu_img.program.write_text(qemu_img.SCRIPT.format(folder=self.qemu_img.folder, qemu_img=qemu_img.QEMU_IMG))
        self.assertEqual(len(self.assert_whole()), 3)
        self.assert_completed(self.destroy("leaf"))
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()

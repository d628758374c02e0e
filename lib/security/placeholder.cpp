namespace tintype {}

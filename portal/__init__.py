"""Zhiqiao 职桥: the registry that matching and events build on."""

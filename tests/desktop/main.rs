//! The desktop as its user meets it: the real binary, its real window, the real keychain of the machine.

fn main() {}

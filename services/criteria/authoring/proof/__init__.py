"""Which states a criterion can reach, enumerated: equivalence and unreachability by proof."""

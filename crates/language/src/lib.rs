//! Scripts, digits and normalisation with offset maps.

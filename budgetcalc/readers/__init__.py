"""Readers own bytes and other people's formats; what they return is the domain's own data."""

"""Sentences and syllables, the base on which spans are laid, and words as a layer on top."""

from __future__ import annotations

from nqextract.tokenize.layers import token_layers
from nqextract.tokenize.sentences import split_sentences
from nqextract.tokenize.syllables import syllables
from nqextract.tokenize.words import SEGMENTERS, Segmenter, segmenter

__all__ = ["SEGMENTERS", "Segmenter", "segmenter", "split_sentences", "syllables", "token_layers"]

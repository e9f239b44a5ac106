"""Recommendations: their life, their steps, who hears of them, and the course of the figure they should move."""

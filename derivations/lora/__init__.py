"""The course: how many parameters LoRA trains, layer by layer, model by model, and what that costs in bytes.

One module for each thing taught; `course` gathers them. Nothing here imports SymPy when it is imported, so that the
command line can count with the same functions and answer at once.
"""

"""The plan as files like those that hospitals send: workbooks of several layouts, never clean, always the
same bytes.
"""

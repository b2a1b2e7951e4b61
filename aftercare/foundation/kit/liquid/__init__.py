"""Merchants' templates in Liquid: parsed by python-liquid, executed as generated Python.

`compile_template` is the door: once per template version it parses the source, checks tags, filters and limits, and
writes one Python function; `CompiledTemplate.render` fills it. What the generator does not cover is rendered by
python-liquid itself, so the meaning is python-liquid's in every case (docs/adr/0005-compiled-liquid.md).

A template sees plain data only (`plain_data`), never a Python object, and never the clock: `now` is what the caller
puts into the context, so the same inputs give the same output years later. Localised filters read `locale` and
`time_zone` from the context.
"""

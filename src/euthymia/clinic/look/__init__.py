"""How every page looks: base templates, one stylesheet, what no page may show."""

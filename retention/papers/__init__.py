"""What goes on paper: certificates, letters and reports, as tagged PDF. How they look is in sheet.typ."""

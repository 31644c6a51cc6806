"""Sign-in with ProConnect and Pro Santé Connect: OpenID Connect whose user information is a signed JWT."""

// Light, dark or the system's: <button data-theme-choice="dark">. Shown at once; a cookie remembers it for the sign-in page,
// the agent's own setting (saved by the form around the button, if any) wins everywhere else.
function apply(choice) {
  if (choice) document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
  document.cookie = `comptoir_theme=${choice}; path=/; max-age=31536000; samesite=lax`;
  for (const control of document.querySelectorAll("[data-theme-choice]")) {
    control.setAttribute("aria-pressed", control.dataset.themeChoice === choice);
  }
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("[data-theme-choice]");
  if (control) apply(control.dataset.themeChoice);
});

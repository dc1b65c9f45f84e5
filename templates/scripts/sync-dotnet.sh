dotnet restore --locked-mode
